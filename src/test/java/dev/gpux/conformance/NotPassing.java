package dev.gpux.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A reference case that does not pass, and why: a line of {@code not-passing.txt}, whose head describes the format.
 *
 * @param reason why, for people
 * @param says what the message about it contains
 * @param conditions where it does not pass; everywhere if there are none
 * @param mayPass whether it passes by chance
 */
record NotPassing(String reason, String says, List<String> conditions, boolean mayPass) {
    private static final String ONLY = "only: ";
    private static final String SAYS = "says: ";
    private static final String CHANCE = "chance";

    /** The cases of a list by name. */
    static Map<String, NotPassing> read(String resource) {
        var cases = new LinkedHashMap<String, NotPassing>();
        var section = new NotPassing("", "", List.of(), false);
        for (var line : lines(resource)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[")) {
                section = new NotPassing(line.substring(1, line.length() - 1), "", List.of(), false);
            } else if (line.startsWith(SAYS)) {
                section = new NotPassing(section.reason, line.substring(SAYS.length()), section.conditions,
                    section.mayPass);
            } else if (line.startsWith(ONLY)) {
                section = section.only(line.substring(ONLY.length()));
            } else if (section.says.isEmpty() || cases.put(line, section) != null) {
                throw new AssertionError(resource + ": '" + line + "' is there twice, or nothing says why");
            }
        }
        return cases;
    }

    private static List<String> lines(String resource) {
        try (var in = NotPassing.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private NotPassing only(String condition) {
        if (condition.equals(CHANCE)) {
            return new NotPassing(reason, says, conditions, true);
        }
        var more = new ArrayList<>(conditions);
        more.add(condition);
        return new NotPassing(reason, says, List.copyOf(more), mayPass);
    }

    boolean holds(Predicate<String> isTrue) {
        return conditions.stream().allMatch(isTrue);
    }
}
