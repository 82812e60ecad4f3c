/** Holds a webhook's payload to GitHub's own description of it. */
import { descriptionFile, membersOf } from './files.js';
import { schemaCheck } from './schema-check.js';

export type WebhookJudge = {
  /** Described actions by event; the empty action for events that have none. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  /** `event` as in the header X-GitHub-Event. */
  readonly check: (event: string, payload: unknown) => readonly string[];
};

export function webhookJudge(): WebhookJudge {
  const document = descriptionFile('webhooks.json');
  const events = membersOf(document.events);
  const check = schemaCheck(document);
  return {
    actions: Object.fromEntries(Object.entries(events).map(([event, schemas]) => [event, Object.keys(membersOf(schemas))])),
    check: (event, payload) => {
      const schemas = membersOf(events[event]);
      const { action } = membersOf(payload);
      // `create`, `push` and their like have no action; GitHub's description then has one schema.
      const name = Object.hasOwn(schemas, '') ? '' : String(action);
      if (Object.hasOwn(schemas, name)) return check(`#/events/${event}/${name}`, payload, `${event}${name === '' ? '' : `.${name}`}`);
      return [`${event}.${name} is no event that GitHub describes; described are ${Object.keys(schemas).join(', ') || 'other events'}`];
    },
  };
}
