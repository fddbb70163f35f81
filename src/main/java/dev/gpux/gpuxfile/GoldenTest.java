package dev.gpux.gpuxfile;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One of {@code tests:}: an input and the answer it must give.
 *
 * @param name      what people call it
 * @param input     input → value; inputs that are left out take their default
 * @param expect    output → value, at least one. A list whose last item is {@link #AND_SO_ON} is compared up to there
 * @param tolerance the largest absolute difference between a number and the expected one; where it is absent, 0.0001 between
 *                  floating-point numbers and 0 between others
 * @param location  where the test begins
 */
public record GoldenTest(
    Optional<String> name,
    Map<String, Value> input,
    Map<String, Value> expect,
    OptionalDouble tolerance,
    Location location) {

    /** The last item of an expected list of which only the beginning is given. */
    public static final String AND_SO_ON = "...";

    public GoldenTest {
        input = Ordered.copyOf(input);
        expect = Ordered.copyOf(expect);
    }
}
