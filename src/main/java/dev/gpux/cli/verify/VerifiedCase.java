package dev.gpux.cli.verify;

import java.util.Locale;

/**
 * How one case went.
 *
 * @param name what people call it
 * @param status how it went
 * @param detail why it did not pass, or how well it did; may be empty
 * @param nanoseconds how long it took, loading included
 */
record VerifiedCase(String name, Status status, String detail, long nanoseconds) {
    enum Status {
        PASSED, FAILED, SKIPPED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static VerifiedCase passed(String name) {
        return passed(name, "");
    }

    static VerifiedCase passed(String name, String detail) {
        return new VerifiedCase(name, Status.PASSED, detail, 0);
    }

    static VerifiedCase failed(String name, String detail) {
        return new VerifiedCase(name, Status.FAILED, detail, 0);
    }

    static VerifiedCase skipped(String name, String detail) {
        return new VerifiedCase(name, Status.SKIPPED, detail, 0);
    }

    VerifiedCase took(long time) {
        return new VerifiedCase(name, status, detail, time);
    }
}
