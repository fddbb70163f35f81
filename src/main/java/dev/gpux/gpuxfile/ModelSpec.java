package dev.gpux.gpuxfile;

import java.util.Optional;

/**
 * {@code model:}, which file to run.
 *
 * @param source where it comes from
 * @param sha256 what its content must hash to, 64 lower-case hexadecimal digits
 */
public record ModelSpec(ModelSource source, Optional<String> sha256) {
}
