package dev.gpux.cli.verify;

import java.util.Locale;

/**
 * How one case went.
 *
 * @param name what people call it
 * @param status how it went
 * @param detail why it did not pass; empty if it did
 */
record VerifiedCase(String name, Status status, String detail) {
    enum Status {
        PASSED, FAILED, SKIPPED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static VerifiedCase passed(String name) {
        return new VerifiedCase(name, Status.PASSED, "");
    }

    static VerifiedCase failed(String name, String detail) {
        return new VerifiedCase(name, Status.FAILED, detail);
    }

    static VerifiedCase skipped(String name, String detail) {
        return new VerifiedCase(name, Status.SKIPPED, detail);
    }
}
