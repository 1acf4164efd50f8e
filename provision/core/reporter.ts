/**
 * Libraries never print: they report typed events. Each area owns its event union
 * (`provision/events.ts`, `provision/pull/record/events.ts`); the command line renders them.
 */
export type Reporter<Event> = (event: Event) => void;
