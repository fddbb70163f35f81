package dev.gpux.ort;

/**
 * Whether this process makes a few calls and ends, and so rather does without a check than waits for it to be linked.
 * Said before the first call or never.
 */
final class ShortProcess {
    private static volatile boolean declared;

    private ShortProcess() { }

    static void declare() {
        declared = true;
    }

    static boolean declared() {
        return declared;
    }
}
