/**
 * The proof that a changed model still answers the same: {@link dev.gpux.optimize.proof.Prover} runs the old and the
 * new one on the same inputs ({@link dev.gpux.optimize.proof.Evidence}), steps before and after the model included, and
 * says how far the answers are apart and how long each took ({@link dev.gpux.optimize.proof.Proof}).
 * {@link dev.gpux.optimize.proof.NewModelFile} puts a new model in its place only after that.
 */
package dev.gpux.optimize.proof;
