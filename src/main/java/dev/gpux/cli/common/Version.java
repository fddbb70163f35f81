package dev.gpux.cli.common;

/** The version of GPUX, from the jar's manifest. */
public final class Version {
    public static final String GPUX = read();

    private Version() { }

    private static String read() {
        var version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(unreleased)" : version;
    }
}
