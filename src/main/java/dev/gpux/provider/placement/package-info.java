/**
 * Sessions on chosen providers, and where their nodes really run.
 *
 * <p>{@link dev.gpux.provider.placement.ProviderOpener} opens a session on what was asked for, or on the best that works,
 * refuses what {@code require} and {@code strict} forbid, and gives a
 * {@link dev.gpux.provider.placement.ProviderReport}: which provider was taken, why the others were not, and how many
 * nodes each runs, read from ORT's own assignment, or from its log where the build has no call for that.
 */
package dev.gpux.provider.placement;
