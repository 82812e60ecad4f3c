/** The demo lake's tables: what each job of the demo repository would have written, computed from real flights. */

/**
 * `sql` reads `day` (the flights of one day in the silver form) or `week` (that day and the six before it).
 * `days` is how much history there is; every `everyDays`-th day is written, the newest first.
 */
export type DemoTable = {
  readonly location: string;
  readonly format: 'parquet' | 'csv';
  readonly file: string;
  readonly days: number;
  readonly everyDays: number;
  /** Hours after the partition's midnight (UTC) at which its file arrives. */
  readonly arrivesAfterHours: number;
  readonly sql: string;
};

const LATE_AFTER_MINUTES = 15;
const SPARK_FILE = 'part-00000.snappy.parquet';
const IS_LATE = `delay_minutes > ${LATE_AFTER_MINUTES}`;

const SILVER_FLIGHTS = `
  SELECT flight_id, scheduled_at, origin, destination, distance_miles, delay_minutes
  FROM day ORDER BY flight_id`;

const FLIGHTS_DAILY = `
  SELECT flight_id, scheduled_at, CAST(hour(scheduled_at) AS INTEGER) AS departure_hour, origin, destination,
    origin || '-' || destination AS route, distance_miles, delay_minutes, ${IS_LATE} AS is_late,
    CASE WHEN delay_minutes < 0 THEN 'early' WHEN delay_minutes <= ${LATE_AFTER_MINUTES} THEN 'on_time'
      WHEN delay_minutes <= 60 THEN 'late' ELSE 'very_late' END AS delay_band
  FROM day ORDER BY flight_id`;

const STATION_SCORECARD = `
  WITH departed AS (
    SELECT origin AS station, count(*) AS departures, avg(CAST(${IS_LATE} AS INTEGER)) AS departures_late_share FROM day GROUP BY origin
  ), arrived AS (
    SELECT destination AS station, count(*) AS arrivals, avg(CAST(${IS_LATE} AS INTEGER)) AS arrivals_late_share FROM day GROUP BY destination
  )
  SELECT station, departures, departures_late_share, arrivals, arrivals_late_share
  FROM departed JOIN arrived USING (station) ORDER BY station`;

const AIRPORT_DELAYS = `
  SELECT origin AS airport, count(*) AS departures, count(*) FILTER (${IS_LATE}) AS late_departures,
    avg(CAST(${IS_LATE} AS INTEGER)) AS late_share, avg(delay_minutes) AS mean_delay_minutes,
    CAST(quantile_cont(delay_minutes, 0.9) AS DOUBLE) AS p90_delay_minutes
  FROM day GROUP BY origin ORDER BY airport`;

const AIRPORT_LEAGUE = `
  WITH airports AS (
    SELECT origin AS airport, count(*) AS departures, count(*) FILTER (${IS_LATE}) AS late_departures FROM week GROUP BY origin
  ), punctual AS (
    SELECT *, round(late_departures / departures, 4) AS late_share FROM airports WHERE departures >= 100
  )
  SELECT row_number() OVER (ORDER BY late_share, airport) AS place, * FROM punctual ORDER BY place`;

const HOURLY_DEPARTURES = `
  SELECT origin AS airport, CAST(hour(scheduled_at) AS INTEGER) AS hour, count(*) AS departures, avg(delay_minutes) AS mean_delay_minutes
  FROM day GROUP BY ALL ORDER BY airport, hour`;

const DELAY_PROFILE = `
  SELECT origin, CASE WHEN distance_miles < 500 THEN 'short' WHEN distance_miles < 1500 THEN 'medium' ELSE 'long' END AS distance_band,
    count(*) AS flights, avg(delay_minutes) AS mean_delay_minutes, max(delay_minutes) AS max_delay_minutes
  FROM day GROUP BY ALL ORDER BY origin, distance_band`;

/** Of the repository whose rules ask for a review. */
const CREW_DEMAND = `
  WITH counted AS (
    SELECT origin AS base, CAST(hour(scheduled_at) // 6 AS INTEGER) AS quarter, count(*) AS departures FROM day GROUP BY ALL
  )
  SELECT *, CAST(round(departures * 1.2) AS BIGINT) AS crews FROM counted ORDER BY base, quarter`;

const ROUTE_PERFORMANCE = `
  SELECT origin || '-' || destination AS route, min(origin) AS origin, min(destination) AS destination,
    max(distance_miles) AS distance_miles, count(*) AS flights, count(*) FILTER (${IS_LATE}) AS late_flights,
    avg(delay_minutes) AS mean_delay_minutes
  FROM day GROUP BY route ORDER BY route`;

const AIRPORT_DAILY = `
  WITH movements AS (
    SELECT origin AS airport, 'departure' AS movement, delay_minutes FROM day
    UNION ALL SELECT destination, 'arrival', delay_minutes FROM day
  )
  SELECT airport, count(*) FILTER (movement = 'departure') AS departures, count(*) FILTER (movement = 'arrival') AS arrivals,
    count(*) FILTER (${IS_LATE}) AS late_movements, avg(delay_minutes) AS mean_delay_minutes
  FROM movements GROUP BY airport ORDER BY airport`;

/** What jobs/spark/missed_connections.py writes for one day; it reads `day` as the others do. */
const MISSED_CONNECTIONS = `
  WITH arrivals AS (
    SELECT flight_id AS arriving_id, destination AS airport,
      scheduled_at + to_minutes(CAST(floor(distance_miles * 0.13 + 30) AS INTEGER)) AS planned_at, delay_minutes
    FROM day
  )
  SELECT airport, arriving_id, count(*) AS missed_departures
  FROM arrivals JOIN day AS departures ON departures.origin = arrivals.airport
  WHERE departures.scheduled_at BETWEEN planned_at + INTERVAL 45 MINUTES AND planned_at + INTERVAL 2 HOURS
    AND planned_at + to_minutes(arrivals.delay_minutes) > departures.scheduled_at
  GROUP BY ALL ORDER BY airport, arriving_id`;

const gold = (name: string) => `s3://acme-lake/gold/${name}`;

/** `gold/missed_connections` is not here: its job is new and has written nothing yet. Nor are the members: `demo-members.ts`. */
export const DEMO_TABLES: readonly DemoTable[] = [
  table('s3://acme-lake/silver/flights', SPARK_FILE, 10, 31.2, SILVER_FLIGHTS),
  table(gold('flights_daily'), SPARK_FILE, 10, 31.5, FLIGHTS_DAILY),
  table(gold('station_scorecard'), SPARK_FILE, 7, 31.8, STATION_SCORECARD),
  table(gold('airport_delays'), 'part-0.parquet', 10, 31.6, AIRPORT_DELAYS),
  table(gold('delay_profile'), 'part.0.parquet', 8, 31.7, DELAY_PROFILE),
  table(gold('hourly_departures'), '00000000.parquet', 4, 24.1, HOURLY_DEPARTURES),
  table(gold('crew_demand'), 'part-0.parquet', 8, 33.6, CREW_DEMAND),
  table('s3://acme-lake/marts/route_performance', SPARK_FILE, 10, 33.2, ROUTE_PERFORMANCE),
  table('s3://acme-lake/marts/airport_daily', SPARK_FILE, 9, 33.3, AIRPORT_DAILY),
  { ...table(gold('airport_league'), 'part-0.csv', 14, 35.6, AIRPORT_LEAGUE), format: 'csv', everyDays: 7 },
];

/** The table that has no data when the demo begins; its job runs for the first time while the demo goes on. */
export const FIRST_RUN_TABLE: DemoTable = table(gold('missed_connections'), SPARK_FILE, 1, 31.9, MISSED_CONNECTIONS);

function table(location: string, file: string, days: number, arrivesAfterHours: number, sql: string): DemoTable {
  return { location, format: 'parquet', file, days, everyDays: 1, arrivesAfterHours, sql };
}
