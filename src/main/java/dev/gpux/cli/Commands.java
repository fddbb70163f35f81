package dev.gpux.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** All commands by name, in the order of the help; made when they are used. */
final class Commands {
    private static final Map<String, Supplier<Command>> ALL = all();

    private Commands() { }

    private static Map<String, Supplier<Command>> all() {
        var all = new LinkedHashMap<String, Supplier<Command>>();
        all.put("run", RunCommand::new);
        all.put("bench", BenchCommand::new);
        all.put("verify", VerifyCommand::new);
        all.put("inspect", InspectCommand::new);
        all.put("providers", ProvidersCommand::new);
        all.put("doctor", DoctorCommand::new);
        all.put("build", BuildCommand::new);
        all.put("pull", PullCommand::new);
        all.put("list", ListCommand::new);
        all.put("rm", RmCommand::new);
        all.put("tag", TagCommand::new);
        all.put("save", SaveCommand::new);
        all.put("load", LoadCommand::new);
        all.put("init", InitCommand::new);
        all.put("completion", CompletionCommand::new);
        all.put("version", VersionCommand::new);
        return all;
    }

    static Map<String, Supplier<Command>> byName() {
        return ALL;
    }
}
