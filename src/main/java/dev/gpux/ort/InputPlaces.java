package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where a session reads its inputs. A binding copies an input that lies elsewhere once, when it is bound, and would miss
 * what is written later; so each must be bound where it is read.
 *
 * @param onHost which inputs are read on the host
 */
record InputPlaces(List<Boolean> onHost) {
    /**
     * Asks the session.
     *
     * @param device where inputs shall be bound
     * @throws OrtException if there is a device and the library is older than 1.23, which cannot tell
     */
    static InputPlaces of(Api api, Session session, MemoryInfo device) {
        int count = session.inputs().size();
        if (device.isOnHost()) {
            return new InputPlaces(Collections.nCopies(count, false));
        }
        var onHost = new ArrayList<Boolean>();
        try (var scratch = Arena.ofConfined()) {
            var infos = scratch.allocate(ADDRESS, Math.max(1, count));
            api.check(api.call(ApiFunction.SESSION_GET_MEMORY_INFO_FOR_INPUTS, session.handle(), infos,
                Api.value(count)));
            var type = scratch.allocate(JAVA_INT);
            for (int i = 0; i < count; i++) {
                onHost.add(isOnHost(api, infos.getAtIndex(ADDRESS, i), type));
            }
        }
        return new InputPlaces(List.copyOf(onHost));
    }

    private static boolean isOnHost(Api api, MemorySegment info, MemorySegment type) {
        api.call(ApiFunction.MEMORY_INFO_GET_DEVICE_TYPE, info, type);
        // OrtMemoryInfoDeviceType_CPU
        return type.get(JAVA_INT, 0) == 0;
    }

    boolean onDevice(int input) {
        return !onHost.get(input);
    }
}
