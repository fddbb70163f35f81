package dev.gpux.ort;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run whose inputs and outputs lie on the device. {@link #run()} copies the inputs there, runs, copies the outputs
 * back and waits; {@link #upload()}, {@link #compute()}, {@link #download()} and {@link #await()} are its four steps.
 * The steady state puts nothing on the Java heap, but for outputs whose shape only a run tells.
 *
 * <pre>{@code
 * try (var run = session.prepareOnDevice(stream).input("x", 1, 3, 224, 224).build()) {
 *     MemorySegment x = run.input("x").segment();
 *     for (…) {
 *         x.setAtIndex(JAVA_FLOAT, 0, …);
 *         run.run();
 *         run.output("y").segment().getAtIndex(JAVA_FLOAT, 0);
 *     }
 * }
 * }</pre>
 *
 * <p>Belongs to the thread that built it, and has its stream for itself. Closing the session waits for the call in
 * flight and makes this run unusable, which a later call says with an exception.
 */
public final class DeviceRun implements AutoCloseable {
    private final Session session;
    private final DeviceStream stream;
    private final Thread owner = Thread.currentThread();
    private final DeviceMemory deviceMemory;
    private final DeviceMemory hostMemory;
    private final List<DevicePort> inputs = new ArrayList<>();
    private final List<DevicePort> outputs = new ArrayList<>();
    private final DeviceStream.Transfer[] uploads;
    private final DeviceStream.Transfer[] downloads;
    private final DeviceBinding binding;
    /** Whether runs and copies are in one line, so that nobody has to wait between them. */
    private final boolean inLine;

    DeviceRun(Session session, Api api, DeviceStream stream, List<DeviceRunBuilder.Slot> in,
              List<DeviceRunBuilder.Slot> out, boolean recorded) {
        this.session = session;
        this.stream = stream;
        this.inLine = stream.handle().address() != 0
            && stream.handle().address() == session.computeStream().address();
        this.deviceMemory = session.memory(stream.deviceMemory());
        var opened = new ArrayList<AutoCloseable>(List.of(deviceMemory));
        try {
            // Lets the stream know this thread, before anything else on it is ORT's.
            stream.await();
            this.hostMemory = session.memory(stream.hostMemory());
            opened.add(hostMemory);
            this.binding = new DeviceBinding(session, api, inLine, recorded);
            opened.add(binding);
            var where = InputPlaces.of(api, session, stream.deviceMemory());
            for (int i = 0; i < in.size(); i++) {
                inputs.add(port(in.get(i), recordable(in.get(i), where.onDevice(i), recorded)));
                binding.input(inputs.get(i));
            }
            for (var slot : out) {
                outputs.add(port(slot, recordable(slot, slot.shape().isPresent(), recorded)));
                binding.output(outputs.getLast());
            }
            this.uploads = inputs.stream().flatMap(port -> port.upload(stream).stream())
                .toArray(DeviceStream.Transfer[]::new);
            this.downloads = outputs.stream().flatMap(port -> port.download(stream).stream())
                .toArray(DeviceStream.Transfer[]::new);
            if (recorded) {
                run();
            }
        } catch (RuntimeException | Error e) {
            opened.reversed().forEach(DeviceRun::close);
            throw e;
        }
    }

    /** What the CPU reads or allocates in a run it does in the recording alone: a replay would not know of it. */
    private static boolean recordable(DeviceRunBuilder.Slot slot, boolean onDevice, boolean recorded) {
        if (recorded && !onDevice) {
            throw new TensorException("a run with '" + slot.name() + "' cannot be recorded: "
                + (slot.shape().isPresent() ? "the model reads it on the host"
                : "only a run tells its shape; give it with output(name, shape)")
                + ". graph(false) prepares one that is not.");
        }
        return onDevice;
    }

    private DevicePort port(DeviceRunBuilder.Slot slot, boolean onDevice) {
        if (slot.onDevice().isPresent()) {
            return new DevicePort(slot.name(), slot.onDevice(), Optional.empty());
        }
        return new DevicePort(slot.name(),
            slot.shape().filter(_ -> onDevice).map(shape -> deviceMemory.tensor(slot.type(), shape)),
            slot.shape().map(shape -> hostMemory.hostTensor(slot.type(), shape)));
    }

    /**
     * Copies the inputs to the device, runs the model on them, copies the outputs back, and waits for all of it.
     *
     * @throws OrtException if the model fails
     * @throws IllegalStateException if this run, its session, its stream or a tensor that was given to it is closed
     * @throws WrongThreadException if another thread built this run
     */
    public void run() {
        upload();
        compute();
        download();
        await();
    }

    /** Starts copying the inputs to the device. */
    public void upload() {
        requireOwner();
        for (var upload : uploads) {
            upload.start();
        }
        if (!inLine && uploads.length > 0) {
            stream.await();
        }
    }

    /**
     * Runs the model on what lies on the device. Where the session computes on this run's stream, it may go on when
     * this returns.
     */
    public void compute() {
        requireOwner();
        binding.run();
    }

    /** Starts copying the outputs back. */
    public void download() {
        requireOwner();
        for (var download : downloads) {
            download.start();
        }
    }

    /** Waits until everything is done that was started on the stream. */
    public void await() {
        requireOwner();
        stream.await();
    }

    private void requireOwner() {
        if (Thread.currentThread() != owner) {
            throw new WrongThreadException("this run belongs to " + owner + "; build one on each thread");
        }
    }

    /**
     * The host's side of an input, to be written to before {@link #upload()}.
     *
     * @throws TensorException if there is no such input, or it lies on the device only
     */
    public Tensor input(String name) {
        var port = find(inputs, name, "input");
        return port.onHost().orElseThrow(() -> new TensorException("input '" + name
            + "' lies on the device only, where the caller put it"));
    }

    /**
     * The host's side of an output, good after {@link #download()} and {@link #await()}. That of an output whose shape
     * only a run tells is the last run's, and dies with the next.
     *
     * @throws TensorException if there is no such output, it lies on the device only, or there was no run yet that
     *     could have given it its shape
     * @throws WrongThreadException if another thread built this run, and only a run tells the output's shape
     */
    public Tensor output(String name) {
        var port = find(outputs, name, "output");
        if (port.onHost().isPresent()) {
            return port.onHost().get();
        }
        if (port.onDevice().isPresent()) {
            throw new TensorException("output '" + name + "' lies on the device only, where the caller wants it");
        }
        // Reads what a run writes, and gives it an arena of the thread that built this run.
        requireOwner();
        return binding.variable(name);
    }

    /**
     * The device's side of an input.
     *
     * @throws TensorException if there is no such input, or the model reads it on the host
     */
    public DeviceTensor deviceInput(String name) {
        return onDevice(find(inputs, name, "input"), "the model reads it on the host");
    }

    /**
     * The device's side of an output.
     *
     * @throws TensorException if there is no such output, or only a run tells its shape
     */
    public DeviceTensor deviceOutput(String name) {
        return onDevice(find(outputs, name, "output"), "only a run tells its shape");
    }

    private static DeviceTensor onDevice(DevicePort port, String why) {
        return port.onDevice().orElseThrow(() -> new TensorException("'" + port.name() + "' has no tensor on the "
            + "device: " + why));
    }

    private static DevicePort find(List<DevicePort> ports, String name, String kind) {
        for (var port : ports) {
            if (port.name().equals(name)) {
                return port;
            }
        }
        throw new TensorException("no " + kind + " is named '" + name + "'; this run has "
            + String.join(", ", ports.stream().map(DevicePort::name).toList()));
    }

    /** Frees what was prepared, on the thread that built it, after what was started. A second call does nothing. */
    @Override
    public void close() {
        requireOwner();
        try {
            if (binding.isOpen()) {
                stream.await();
            }
        } catch (IllegalStateException e) {
            // The stream is closed: it was waited for then.
        } finally {
            binding.close();
            hostMemory.close();
            deviceMemory.close();
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new AssertionError("these close without exceptions", e);
        }
    }
}
