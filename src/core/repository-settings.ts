/** §14.6 what a repository's own `.github/autopilot.yml` may change: only towards more care than the organisation asks for. */
import * as z from 'zod';
import type { Reading } from './merge-gate/snapshot.js';
import type { Settings } from './settings.js';
import { readStrictYaml } from './signing/strict-yaml.js';

export const REPOSITORY_SETTINGS_FILE = '.github/autopilot.yml';

export const RepositorySettings = z.strictObject({
  /** False: nothing is scanned, opened or merged here. */
  enabled: z.boolean().optional(),
  merge: z
    .strictObject({
      /** False: nothing merges alone here. */
      automatic: z.boolean().optional(),
      /** The longer of this and the organisation's counts. */
      auto_after_hours: z.number().positive().optional(),
      working_day: z.boolean().optional(),
      /** Added to the organisation's. */
      required_checks: z.array(z.string().min(1)).max(50).optional(),
      hold_labels: z.array(z.string().min(1)).max(50).optional(),
    })
    .optional(),
  pace: z
    .strictObject({
      open_per_repository: z.int().positive().optional(),
      per_repository_and_hour: z.int().positive().optional(),
    })
    .optional(),
});
export type RepositorySettings = z.infer<typeof RepositorySettings>;

export type EffectiveSettings = { readonly ok: true; readonly value: Settings } | { readonly ok: false; readonly because: string };

/** `text`: the file on the default branch; absent where there is none. */
export function settingsIn(organisation: Settings, text: string | undefined): EffectiveSettings {
  if (text === undefined) return { ok: true, value: organisation };
  const read = readStrictYaml(text, REPOSITORY_SETTINGS_FILE);
  if (!read.ok) return { ok: false, because: read.problem.what };
  const parsed = RepositorySettings.safeParse(read.value ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') || 'the top';
    return { ok: false, because: `${REPOSITORY_SETTINGS_FILE} is not valid at ${where}: ${issue?.message ?? 'unknown'}` };
  }
  return { ok: true, value: stricter(organisation, parsed.data) };
}

/** As `settingsIn`, of a file that may not be readable either. */
export function settingsAt(organisation: Settings, file: Reading<string | undefined>): EffectiveSettings {
  return file.ok ? settingsIn(organisation, file.value) : file;
}

/** Who has switched Autopilot off, as a sentence. */
export function switchedOff(organisation: Pick<Settings, 'enabled'>, effective: Pick<Settings, 'enabled'>): string | undefined {
  if (!organisation.enabled) return 'the organisation has switched Autopilot off';
  return effective.enabled ? undefined : 'the repository has switched Autopilot off';
}

function stricter(organisation: Settings, { enabled = true, merge = {}, pace = {} }: RepositorySettings): Settings {
  const { merge: base, pace: speed } = organisation;
  return {
    ...organisation,
    enabled: organisation.enabled && enabled,
    merge: {
      ...base,
      automatic: base.automatic && (merge.automatic ?? true),
      auto_after_hours: Math.max(base.auto_after_hours, merge.auto_after_hours ?? 0),
      working_day: base.working_day || (merge.working_day ?? false),
      required_checks: [...new Set([...base.required_checks, ...(merge.required_checks ?? [])])],
      hold_labels: [...new Set([...base.hold_labels, ...(merge.hold_labels ?? [])])],
    },
    pace: {
      ...speed,
      open_per_repository: Math.min(speed.open_per_repository, pace.open_per_repository ?? Number.POSITIVE_INFINITY),
      per_repository_and_hour: Math.min(speed.per_repository_and_hour, pace.per_repository_and_hour ?? Number.POSITIVE_INFINITY),
    },
  };
}
