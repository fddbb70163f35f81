/**
 * The fastest setting of a model on this machine: {@link dev.gpux.optimize.tune.Tuner} measures the
 * {@link dev.gpux.optimize.tune.Setting}s of a {@link dev.gpux.optimize.tune.Space}, drops losers early, and lets the
 * rest run by turns with the default, so that what disturbs the machine disturbs all of them. A winner has to be faster
 * by more than the noise, and again in a second measurement; among equals the choice does not depend on the noise. A
 * provider's option that changes the answers is dropped.
 */
package dev.gpux.optimize.tune;
