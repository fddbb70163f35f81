package dev.gpux.cli;

import dev.gpux.cli.bench.BenchCommand;
import dev.gpux.cli.build.BuildCommand;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.completion.CompletionCommand;
import dev.gpux.cli.device.DoctorCommand;
import dev.gpux.cli.device.ProvidersCommand;
import dev.gpux.cli.diff.DiffCommand;
import dev.gpux.cli.init.InitCommand;
import dev.gpux.cli.inspect.InspectCommand;
import dev.gpux.cli.lint.LintCommand;
import dev.gpux.cli.optimize.OptimizeCommand;
import dev.gpux.cli.optimize.QuantizeCommand;
import dev.gpux.cli.packaging.PackageCommand;
import dev.gpux.cli.pull.PullCommand;
import dev.gpux.cli.run.RunCommand;
import dev.gpux.cli.serve.ServeCommand;
import dev.gpux.cli.store.ListCommand;
import dev.gpux.cli.store.LoadCommand;
import dev.gpux.cli.store.RmCommand;
import dev.gpux.cli.store.SaveCommand;
import dev.gpux.cli.store.TagCommand;
import dev.gpux.cli.tune.TuneCommand;
import dev.gpux.cli.verify.VerifyCommand;
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
        all.put("serve", ServeCommand::new);
        all.put("bench", BenchCommand::new);
        all.put("verify", VerifyCommand::new);
        all.put("inspect", InspectCommand::new);
        all.put("providers", ProvidersCommand::new);
        all.put("doctor", DoctorCommand::new);
        all.put("build", BuildCommand::new);
        all.put("optimize", OptimizeCommand::new);
        all.put("quantize", QuantizeCommand::new);
        all.put("tune", TuneCommand::new);
        all.put("diff", DiffCommand::new);
        all.put("lint", LintCommand::new);
        all.put("pull", PullCommand::new);
        all.put("list", ListCommand::new);
        all.put("rm", RmCommand::new);
        all.put("tag", TagCommand::new);
        all.put("save", SaveCommand::new);
        all.put("load", LoadCommand::new);
        all.put("package", PackageCommand::new);
        all.put("init", InitCommand::new);
        all.put("completion", () -> new CompletionCommand(byName()));
        all.put("version", VersionCommand::new);
        return all;
    }

    public static Map<String, Supplier<Command>> byName() {
        return ALL;
    }
}
