package dev.gpux.ort;

import java.util.Optional;

/**
 * An input or output of a {@link DeviceRun}.
 *
 * @param name the model's name for it
 * @param onDevice its side on the device; none where the model wants it on the host, or ORT allocates it
 * @param onHost its side on the host; none where the caller keeps it on the device, or ORT allocates it
 */
record DevicePort(String name, Optional<DeviceTensor> onDevice, Optional<Tensor> onHost) {
    /** The copy to the device, where there are two sides. */
    Optional<DeviceStream.Transfer> upload(DeviceStream stream) {
        return onDevice.flatMap(device -> onHost.map(host -> stream.upload(host, device)));
    }

    /** The copy from the device, where there are two sides. */
    Optional<DeviceStream.Transfer> download(DeviceStream stream) {
        return onDevice.flatMap(device -> onHost.map(host -> stream.download(device, host)));
    }
}
