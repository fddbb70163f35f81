package dev.gpux.provider.doctor;

import dev.gpux.ort.library.Platform;
import java.util.List;

/** The JVM. */
record JavaCheck() {
    private static final String AREA = "Java";

    List<Finding> examine() {
        var what = "Java " + Runtime.version() + " for " + Platform.current().label();
        return Doctor.class.getModule().isNativeAccessEnabled() ? List.of(Finding.ok(AREA, what))
            : List.of(Finding.note(AREA, what + " warns of native access", "start it with "
                + "--enable-native-access=ALL-UNNAMED, or run gpux.jar with -jar"));
    }
}
