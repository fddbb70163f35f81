package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ffi.OrtApi;
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
    private final MemorySegment table;
    private final MemorySegment environment;

    EpDevices(Api api, MemorySegment environment) {
        this.api = api;
        this.table = api.table();
        this.environment = environment;
    }

    List<EpDevice> list() {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            var count = scratch.allocate(JAVA_LONG);
            api.check(OrtApi.GetEpDevices.invoke(OrtApi.GetEpDevices(table), environment, out, count));
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
        var hardware = OrtApi.EpDevice_Device.invoke(OrtApi.EpDevice_Device(table), device);
        return new EpDevice(
            Api.string(OrtApi.EpDevice_EpName.invoke(OrtApi.EpDevice_EpName(table), device)),
            Api.string(OrtApi.EpDevice_EpVendor.invoke(OrtApi.EpDevice_EpVendor(table), device)),
            EpDevice.Kind.of(OrtApi.HardwareDevice_Type.invoke(OrtApi.HardwareDevice_Type(table), hardware)),
            Api.string(OrtApi.HardwareDevice_Vendor.invoke(OrtApi.HardwareDevice_Vendor(table), hardware)),
            OrtApi.HardwareDevice_VendorId.invoke(OrtApi.HardwareDevice_VendorId(table), hardware),
            OrtApi.HardwareDevice_DeviceId.invoke(OrtApi.HardwareDevice_DeviceId(table), hardware),
            pairs(api, OrtApi.EpDevice_EpMetadata.invoke(OrtApi.EpDevice_EpMetadata(table), device)),
            pairs(api, OrtApi.EpDevice_EpOptions.invoke(OrtApi.EpDevice_EpOptions(table), device)),
            pairs(api, OrtApi.HardwareDevice_Metadata.invoke(OrtApi.HardwareDevice_Metadata(table), hardware)),
            device);
    }

    void register(String name, Path library) {
        try (var scratch = Arena.ofConfined()) {
            api.check(OrtApi.RegisterExecutionProviderLibrary.invoke(OrtApi.RegisterExecutionProviderLibrary(table),
                environment, scratch.allocateFrom(name), NativePath.of(scratch, library)));
        }
    }

    void unregister(String name) {
        try (var scratch = Arena.ofConfined()) {
            api.check(OrtApi.UnregisterExecutionProviderLibrary.invoke(
                OrtApi.UnregisterExecutionProviderLibrary(table), environment, scratch.allocateFrom(name)));
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
            OrtApi.GetKeyValuePairs.invoke(OrtApi.GetKeyValuePairs(api.table()), pairs, keys, values, count);
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
