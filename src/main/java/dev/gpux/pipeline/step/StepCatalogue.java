package dev.gpux.pipeline.step;

import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.step.audio.FrameStep;
import dev.gpux.pipeline.step.audio.LogMel;
import dev.gpux.pipeline.step.audio.Waveform;
import dev.gpux.pipeline.step.image.Boxes;
import dev.gpux.pipeline.step.image.Ctc;
import dev.gpux.pipeline.step.image.Image;
import dev.gpux.pipeline.step.image.Mask;
import dev.gpux.pipeline.step.image.TextRegions;
import dev.gpux.pipeline.step.number.Cast;
import dev.gpux.pipeline.step.number.Chunk;
import dev.gpux.pipeline.step.number.Constant;
import dev.gpux.pipeline.step.number.Flip;
import dev.gpux.pipeline.step.number.OneHot;
import dev.gpux.pipeline.step.number.Pad;
import dev.gpux.pipeline.step.number.Reshape;
import dev.gpux.pipeline.step.number.Scale;
import dev.gpux.pipeline.step.number.Transpose;
import dev.gpux.pipeline.step.output.ArgMax;
import dev.gpux.pipeline.step.output.Cosine;
import dev.gpux.pipeline.step.output.L2;
import dev.gpux.pipeline.step.output.Sigmoid;
import dev.gpux.pipeline.step.output.Softmax;
import dev.gpux.pipeline.step.output.Threshold;
import dev.gpux.pipeline.step.output.TopK;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** All steps by name: GPUX's own, then those that {@link ServiceLoader} finds. */
public final class StepCatalogue {
    private static final List<String> OWN = List.of(Image.NAME, Boxes.NAME, Mask.NAME, TextRegions.NAME, Ctc.NAME,
        Waveform.NAME, LogMel.NAME, FrameStep.NAME, Tokenize.NAME, Pool.NAME, Softmax.NAME, Sigmoid.NAME, ArgMax.NAME,
        TopK.NAME, Threshold.NAME, L2.NAME, Cosine.NAME, Cast.NAME, Scale.NAME, Reshape.NAME, Transpose.NAME, Flip.NAME,
        Pad.NAME, Chunk.NAME, OneHot.NAME, Constant.NAME);

    private StepCatalogue() { }

    /** The provider of the steps called {@code name}. */
    public static Optional<StepProvider> find(String name) {
        return Optional.<StepProvider>ofNullable(switch (name) {
            case Image.NAME -> new Image();
            case Boxes.NAME -> new Boxes();
            case Mask.NAME -> new Mask();
            case TextRegions.NAME -> new TextRegions();
            case Ctc.NAME -> new Ctc();
            case Tokenize.NAME -> new Tokenize();
            case Pool.NAME -> new Pool();
            case Softmax.NAME -> new Softmax();
            case Sigmoid.NAME -> new Sigmoid();
            case ArgMax.NAME -> new ArgMax();
            case TopK.NAME -> new TopK();
            case Threshold.NAME -> new Threshold();
            case L2.NAME -> new L2();
            case Cosine.NAME -> new Cosine();
            case Cast.NAME -> new Cast();
            case Scale.NAME -> new Scale();
            case Reshape.NAME -> new Reshape();
            case Transpose.NAME -> new Transpose();
            case Flip.NAME -> new Flip();
            case Pad.NAME -> new Pad();
            case Chunk.NAME -> new Chunk();
            case Waveform.NAME -> new Waveform();
            case LogMel.NAME -> new LogMel();
            case FrameStep.NAME -> new FrameStep();
            case OneHot.NAME -> new OneHot();
            case Constant.NAME -> new Constant();
            default -> null;
        }).or(() -> ServiceLoader.load(StepProvider.class).stream().map(ServiceLoader.Provider::get)
            .filter(provider -> provider.name().equals(name)).findFirst());
    }

    /** The names of all steps, for messages. */
    public static List<String> names() {
        var names = new ArrayList<>(OWN);
        ServiceLoader.load(StepProvider.class).forEach(provider -> names.add(provider.name()));
        return List.copyOf(names);
    }
}
