import { registerHooks } from 'node:module';

/** Imported first, it makes a machine on which neither the data plane nor the admin API can load koffi. */
registerHooks({
  resolve(specifier, context, next) {
    const isOurs = /\/src\/(dataplane|admin)\//.test(context.parentURL ?? '');
    if (specifier === 'koffi' && isOurs) throw new Error('koffi is not for this machine');
    return next(specifier, context);
  },
});
