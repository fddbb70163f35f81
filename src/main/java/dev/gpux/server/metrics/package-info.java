/**
 * What the server counts and measures, and how it says so: {@link dev.gpux.server.metrics.PrometheusText} for
 * {@code GET /metrics}. Counting costs a request some additions on striped counters and no lock.
 */
package dev.gpux.server.metrics;
