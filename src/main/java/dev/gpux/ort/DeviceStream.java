package dev.gpux.ort;

import java.lang.foreign.MemorySegment;

/**
 * What a device works off one after the other: copies, and the runs of sessions whose provider was given it.
 * {@code dev.gpux.provider.cuda} has one for NVIDIA GPUs; {@link Session#prepareOnDevice(MemoryInfo)} has one of its
 * own, for any provider whose memory ORT can copy.
 *
 * <p>Belongs to one thread at a time.
 */
public interface DeviceStream {
    /** The device's own memory. */
    MemoryInfo deviceMemory();

    /** The memory of the host that the device copies from and to at its best. */
    MemoryInfo hostMemory();

    /** The native stream; NULL if there is none. */
    MemorySegment handle();

    /** A copy to the device, to be started any number of times. Both tensors have the same size. */
    Transfer upload(Tensor from, DeviceTensor to);

    /** A copy from the device, to be started any number of times. Both tensors have the same size. */
    Transfer download(DeviceTensor from, Tensor to);

    /** Waits until everything is done that was started. */
    void await();

    /** A copy that was prepared. Puts nothing on the heap. */
    @FunctionalInterface
    interface Transfer {
        /**
         * Starts the copy, which may go on when this returns: until {@link DeviceStream#await()} neither side may be
         * written, nor the target read.
         *
         * @throws IllegalStateException if the memory of one of them, or the stream, is closed
         */
        void start();
    }
}
