/** Field shapes that several documents share. */
import * as z from 'zod';

/** Seconds or better, UTC. */
export const Instant = z.iso.datetime({ offset: false });
export const Day = z.iso.date();
/** `sha256:` and the digest; the form alone, `core/fingerprint.ts` and `core/signing` judge the value. */
export const Sha256 = z.string().regex(/^sha256:[0-9A-Za-z_.]+$/, 'expected sha256:<digest>');
/** `30m`, `2h`, `1d`. */
export const Duration = z.string().regex(/^[1-9][0-9]*[mhd]$/, 'expected a duration such as 30m, 2h or 1d');
/** `02:00 America/New_York daily`: time of day, zone, cadence. */
export const UpdateBy = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9] \S+ \S.*$/, 'expected "HH:MM ZONE cadence"');
/** A share between 0 and 1. */
export const Rate = z.number().min(0).max(1);
export const Count = z.int().min(0);
export const BootstrapId = z.string().regex(/^boot-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{3,}$/, 'expected boot-YYYY-MM-DD-NNN');
/** `autopilot` or `human:<username>`. */
export const Author = z.string().regex(/^(autopilot|human:\S+)$/, 'expected autopilot or human:<username>');
/** A place data or a document lives: a URL, a catalog name or a path. */
export const Location = z.string().min(1);
