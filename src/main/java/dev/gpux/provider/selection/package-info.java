/**
 * Which provider a session shall use: every provider of the build is a {@link dev.gpux.provider.selection.Candidate},
 * usable or not, and if not, why; {@link dev.gpux.provider.selection.Selector} takes the best one that is.
 *
 * <p>Whether a provider can be used is found out by using it: a session with one node is opened on it
 * ({@code ProbeModel}), since a driver that is too old, a missing library and a device without memory all show there and
 * nowhere before. That can take a second on a GPU, so the answer is kept in a {@link
 * dev.gpux.provider.selection.ProbeCache} until anything that it may depend on changes
 * ({@link dev.gpux.provider.Fingerprint}).
 */
package dev.gpux.provider.selection;
