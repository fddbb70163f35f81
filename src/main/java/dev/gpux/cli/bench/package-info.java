/**
 * {@code gpux bench}: {@link dev.gpux.cli.bench.LoadGenerator} measures, the reports show it as text, JSON and a
 * page.
 */
package dev.gpux.cli.bench;
