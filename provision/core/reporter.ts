/**
 * Libraries never print: they report typed events. Each area owns its event union
 * (`provision/events.ts`, `provision/pull/events.ts`); the command line renders them.
 */
export type Reporter<Event> = (event: Event) => void;
