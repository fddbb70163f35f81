package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.List;

/** Collects findings; a broken file may have millions of faults, of which the first hundreds say enough. */
final class Findings {
    /** How many errors are kept, and how many lesser findings. */
    static final int MAX = 500;

    private final List<Finding> errors = new ArrayList<>();
    private final List<Finding> others = new ArrayList<>();

    void error(String rule, Place place, String message) {
        add(errors, Finding.Severity.ERROR, rule, place, message);
    }

    void warning(String rule, Place place, String message) {
        add(others, Finding.Severity.WARNING, rule, place, message);
    }

    void note(String rule, Place place, String message) {
        add(others, Finding.Severity.NOTE, rule, place, message);
    }

    private static void add(List<Finding> list, Finding.Severity severity, String rule, Place place, String message) {
        if (list.size() < MAX) {
            list.add(new Finding(severity, rule, place.toString(), message));
        }
    }

    /** All findings, errors first. */
    List<Finding> toList() {
        var all = new ArrayList<>(errors);
        all.addAll(others);
        return List.copyOf(all);
    }
}
