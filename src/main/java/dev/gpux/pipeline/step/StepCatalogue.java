package dev.gpux.pipeline.step;

import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.step.image.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** All steps by name: GPUX's own, then those that {@link ServiceLoader} finds. */
public final class StepCatalogue {
    private StepCatalogue() { }

    /** The provider of the steps called {@code name}. */
    public static Optional<StepProvider> find(String name) {
        return Optional.<StepProvider>ofNullable(switch (name) {
            case Image.NAME -> new Image();
            case Tokenize.NAME -> new Tokenize();
            case Pool.NAME -> new Pool();
            default -> null;
        }).or(() -> ServiceLoader.load(StepProvider.class).stream().map(ServiceLoader.Provider::get)
            .filter(provider -> provider.name().equals(name)).findFirst());
    }

    /** The names of all steps, for messages. */
    public static List<String> names() {
        var names = new ArrayList<>(List.of(Image.NAME, Tokenize.NAME, Pool.NAME));
        ServiceLoader.load(StepProvider.class).forEach(provider -> names.add(provider.name()));
        return List.copyOf(names);
    }
}
