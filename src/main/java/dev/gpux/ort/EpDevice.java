package dev.gpux.ort;

import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * A device together with an execution provider that can run on it ({@code OrtEpDevice}), as ORT found them. Valid as
 * long as the provider's library stays registered.
 *
 * @param provider the provider's name, such as {@code CPUExecutionProvider}
 * @param vendor who made the provider
 * @param kind what kind of device it is
 * @param deviceVendor who made the device
 * @param vendorId the device's vendor id (PCI's, where the device has one)
 * @param deviceId the device's model id (PCI's, where the device has one)
 * @param metadata what the provider says of itself on this device
 * @param options the provider's options and their defaults for this device
 * @param deviceMetadata what the system says of the device
 * @param handle the {@code OrtEpDevice*}; owned by ORT
 */
public record EpDevice(String provider, String vendor, Kind kind, String deviceVendor, int vendorId, int deviceId,
                       Map<String, String> metadata, Map<String, String> options, Map<String, String> deviceMetadata,
                       MemorySegment handle) {

    /** Kinds of devices ({@code OrtHardwareDeviceType}), in ORT's order. */
    public enum Kind {
        /** A processor. */
        CPU,
        /** A graphics processor. */
        GPU,
        /** A neural processor. */
        NPU,
        /** A kind that this version of GPUX does not know. */
        OTHER;

        private static final Kind[] VALUES = values();

        static Kind of(int type) {
            return type >= 0 && type < OTHER.ordinal() ? VALUES[type] : OTHER;
        }
    }
}
