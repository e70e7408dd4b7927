package io.syncline.integration;

import java.time.Duration;

/** When an integration is synced. */
public sealed interface Schedule {

    /** At once, and then again this long after; 1 second to 30 days. */
    record Interval(Duration every) implements Schedule {}

    /** At once, and then as a Quartz cron expression says. */
    record Cron(String expression) implements Schedule {}
}
