/**
 * Everything on a machine that keeps a model from running well, in words, each with what to do:
 * {@link dev.gpux.provider.doctor.Doctor#examine}.
 */
package dev.gpux.provider.doctor;
