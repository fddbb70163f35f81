package dev.gpux.cli;

/** The version of GPUX, from the jar's manifest. */
final class Version {
    static final String GPUX = read();

    private Version() { }

    private static String read() {
        var version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(unreleased)" : version;
    }
}
