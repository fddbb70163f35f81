package dev.gpux.cli.run;

import java.util.Optional;

/**
 * What became of one set of inputs among many.
 *
 * @param item the set
 * @param line the line to print, in UTF-8, with its line break
 * @param problem why there is no answer, if there is none
 */
record Answered(Item item, byte[] line, Optional<String> problem) { }
