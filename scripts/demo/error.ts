/** What the user can do something about: its message is all that is printed. */
export class DemoError extends Error {}
