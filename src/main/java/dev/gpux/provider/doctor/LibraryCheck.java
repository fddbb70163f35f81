package dev.gpux.provider.doctor;

import dev.gpux.ort.Environment;
import dev.gpux.provider.Build;
import java.util.ArrayList;
import java.util.List;

/** ONNX Runtime itself. */
record LibraryCheck(Environment environment, Build build) {
    private static final String AREA = "ONNX Runtime";

    List<Finding> examine() {
        var library = environment.library();
        var findings = new ArrayList<Finding>();
        findings.add(Finding.ok(AREA, build + ", from " + library.origin().label()
            + (library.source().equals(library.path().toString()) ? "" : ": " + library.source())));
        findings.add(Finding.ok(AREA, "it has " + build.describe()));
        library.skipped().stream().filter(skipped -> !skipped.what().isEmpty())
            .forEach(skipped -> findings.add(Finding.note(AREA, "passed over: " + skipped, "")));
        return findings;
    }
}
