import { registerHooks } from 'node:module';

/** Imported first, it makes a machine on which the data plane can't load koffi, in whichever thread. */
registerHooks({
  resolve(specifier, context, next) {
    const isOurs = context.parentURL?.includes('/src/dataplane/') === true;
    if (specifier === 'koffi' && isOurs) throw new Error('koffi is not for this machine');
    return next(specifier, context);
  },
});
