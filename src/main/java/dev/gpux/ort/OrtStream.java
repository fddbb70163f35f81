package dev.gpux.ort;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Copies by ORT ({@code CopyTensors}), each done when it returns. Where both sides are the host's, without ORT. */
record OrtStream(Api api, MemoryInfo deviceMemory) implements DeviceStream {
    @Override
    public MemoryInfo hostMemory() {
        return MemoryInfo.CPU;
    }

    @Override
    public MemorySegment handle() {
        return NULL;
    }

    @Override
    public Transfer upload(Tensor from, DeviceTensor to) {
        return deviceMemory.isOnHost() ? new HostCopy(from.segment(), to.bytes())
            : new OrtCopy(api, from.handle(), from.segment(), to.handle(), to.address());
    }

    @Override
    public Transfer download(DeviceTensor from, Tensor to) {
        return deviceMemory.isOnHost() ? new HostCopy(from.bytes(), to.segment())
            : new OrtCopy(api, from.handle(), from.address(), to.handle(), to.segment());
    }

    @Override
    public void await() {
        // Nothing goes on.
    }

    private record HostCopy(MemorySegment from, MemorySegment to) implements Transfer {
        @Override
        public void start() {
            MemorySegment.copy(from, 0, to, 0, to.byteSize());
        }
    }

    /** One tensor; the two arrays of one pointer each live as long as the copy, which is as long as its run. */
    private static final class OrtCopy implements Transfer {
        private static final MemorySegment ONE = Api.value(1);

        private final Api api;
        private final MemorySegment function;
        private final MemorySegment environment = Environment.get().handle();
        private final MemorySegment from;
        private final MemorySegment read;
        private final MemorySegment to;
        private final MemorySegment written;
        private final MemorySegment sources;
        private final MemorySegment targets;

        OrtCopy(Api api, MemorySegment from, MemorySegment read, MemorySegment to, MemorySegment written) {
            this.api = api;
            this.function = api.pointer(ApiFunction.COPY_TENSORS);
            this.from = from;
            this.read = read;
            this.to = to;
            this.written = written;
            var arrays = Arena.ofAuto().allocate(ADDRESS, 2);
            arrays.setAtIndex(ADDRESS, 0, from);
            arrays.setAtIndex(ADDRESS, 1, to);
            this.sources = arrays.asSlice(0, ADDRESS.byteSize());
            this.targets = arrays.asSlice(ADDRESS.byteSize());
        }

        @Override
        public void start() {
            // The surplus arguments keep the tensors and their memory alive; see HeldMemory.
            api.check(Downcall.pointers(function, environment, sources, targets, NULL, ONE, from, read, to, written,
                NULL, NULL, NULL));
        }
    }
}
