import { registerHooks } from 'node:module';

/** Imported first, it makes a machine on which nothing of ours can load koffi. */
registerHooks({
  resolve(specifier, context, next) {
    const isOurs = /\/src\//.test(context.parentURL ?? '');
    if (specifier === 'koffi' && isOurs) throw new Error('koffi is not for this machine');
    return next(specifier, context);
  },
});
