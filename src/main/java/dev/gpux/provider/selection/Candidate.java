package dev.gpux.provider.selection;

import dev.gpux.provider.Build;
import dev.gpux.provider.ProviderInfo;

/**
 * A provider that was considered, and what became of it.
 *
 * @param provider which one
 * @param compiled whether it was compiled into the library
 * @param appended whether its append call worked
 * @param usable whether a session could be opened on it
 * @param chosen whether the model is offered to it
 * @param reason why it is not usable, or usable and not chosen; empty if it is chosen
 */
public record Candidate(ProviderInfo provider, boolean compiled, boolean appended, boolean usable, boolean chosen,
                        String reason) {

    static Candidate notCompiled(ProviderInfo provider, Build build) {
        return new Candidate(provider, false, false, false, false, "this build of ONNX Runtime " + build.version()
            + " was made without it; it is in " + provider.found());
    }

    static Candidate failed(ProviderInfo provider, boolean appended, String reason) {
        return new Candidate(provider, true, appended, false, false, reason);
    }

    static Candidate usable(ProviderInfo provider) {
        return new Candidate(provider, true, true, true, false, "");
    }

    Candidate asChosen() {
        return new Candidate(provider, compiled, appended, usable, true, "");
    }

    Candidate passedOver(String why) {
        return new Candidate(provider, compiled, appended, usable, false, why);
    }
}
