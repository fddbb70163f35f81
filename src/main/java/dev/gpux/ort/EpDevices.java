package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The devices and plugin providers of the environment. */
final class EpDevices {
    private final Api api;
    private final MemorySegment environment;

    EpDevices(Api api, MemorySegment environment) {
        this.api = api;
        this.environment = environment;
    }

    List<EpDevice> list() {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            var count = scratch.allocate(JAVA_LONG);
            api.check(api.call(ApiFunction.GET_EP_DEVICES, environment, out, count));
            long devices = count.get(JAVA_LONG, 0);
            var array = out.get(ADDRESS, 0).reinterpret(devices * ADDRESS.byteSize());
            var list = new ArrayList<EpDevice>();
            for (long i = 0; i < devices; i++) {
                list.add(read(array.getAtIndex(ADDRESS, i)));
            }
            return List.copyOf(list);
        }
    }

    private EpDevice read(MemorySegment device) {
        var hardware = api.call(ApiFunction.EP_DEVICE_DEVICE, device);
        return new EpDevice(
            Cells.string(api.call(ApiFunction.EP_DEVICE_EP_NAME, device)),
            Cells.string(api.call(ApiFunction.EP_DEVICE_EP_VENDOR, device)),
            EpDevice.Kind.of((int) api.call(ApiFunction.HARDWARE_DEVICE_TYPE, hardware).address()),
            Cells.string(api.call(ApiFunction.HARDWARE_DEVICE_VENDOR, hardware)),
            (int) api.call(ApiFunction.HARDWARE_DEVICE_VENDOR_ID, hardware).address(),
            (int) api.call(ApiFunction.HARDWARE_DEVICE_DEVICE_ID, hardware).address(),
            pairs(api, api.call(ApiFunction.EP_DEVICE_EP_METADATA, device)),
            pairs(api, api.call(ApiFunction.EP_DEVICE_EP_OPTIONS, device)),
            pairs(api, api.call(ApiFunction.HARDWARE_DEVICE_METADATA, hardware)),
            device);
    }

    void register(String name, Path library) {
        try (var scratch = Arena.ofConfined()) {
            api.check(api.call(ApiFunction.REGISTER_EXECUTION_PROVIDER_LIBRARY,
                environment, scratch.allocateFrom(name), NativePath.of(scratch, library)));
        }
    }

    void unregister(String name) {
        try (var scratch = Arena.ofConfined()) {
            api.check(api.call(ApiFunction.UNREGISTER_EXECUTION_PROVIDER_LIBRARY,
                environment, scratch.allocateFrom(name)));
        }
    }

    /** Reads {@code OrtKeyValuePairs}, which stay their owner's; NULL has no pairs. */
    static Map<String, String> pairs(Api api, MemorySegment pairs) {
        if (pairs.address() == 0) {
            return Map.of();
        }
        try (var scratch = Arena.ofConfined()) {
            var keys = scratch.allocate(ADDRESS);
            var values = scratch.allocate(ADDRESS);
            var count = scratch.allocate(JAVA_LONG);
            api.call(ApiFunction.GET_KEY_VALUE_PAIRS, pairs, keys, values, count);
            var names = Api.strings(keys.get(ADDRESS, 0), count.get(JAVA_LONG, 0));
            var texts = Api.strings(values.get(ADDRESS, 0), count.get(JAVA_LONG, 0));
            var map = new LinkedHashMap<String, String>();
            for (int i = 0; i < names.size(); i++) {
                map.put(names.get(i), texts.get(i));
            }
            return Map.copyOf(map);
        }
    }
}
