package dev.gpux.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The manifests of {@code deploy/}: a tree of maps and lists. */
final class Manifests {
    private Manifests() { }

    static Map<String, Object> read(String file) throws IOException {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options)).load(Files.readString(Path.of("deploy", file)));
    }

    /** What is at a path, by keys of maps and numbers of list items; fails if there is nothing. */
    @SuppressWarnings("unchecked")
    static <T> T at(Object tree, Object... path) {
        var here = tree;
        for (var step : path) {
            here = here instanceof Map<?, ?> map ? map.get(step)
                : here instanceof List<?> list && step instanceof Integer index && index < list.size()
                ? list.get(index) : null;
            if (here == null) {
                throw new AssertionError("nothing at " + List.of(path) + ", more exactly at " + step);
            }
        }
        return (T) here;
    }

    static Map<String, Object> pod(String file) throws IOException {
        var manifest = read(file);
        return manifest.get("kind").equals("Deployment") ? at(manifest, "spec", "template", "spec") : at(manifest, "spec");
    }

    static Map<String, Object> container(String file) throws IOException {
        return at(pod(file), "containers", 0);
    }

    /** The arguments as Kubernetes and KServe give them: {@code {{.Name}}} and {@code $(VARIABLE)} are replaced. */
    static List<String> arguments(Map<String, Object> container, String name, Map<String, String> environment) {
        var arguments = new ArrayList<String>();
        for (var argument : Manifests.<List<String>>at(container, "args")) {
            arguments.add(expanded(argument.replace("{{.Name}}", name), environment));
        }
        return arguments;
    }

    /**
     * The environment as Kubernetes makes it.
     *
     * @param cpus what the downward API says
     */
    static Map<String, String> environment(Map<String, Object> container, int cpus) {
        var environment = new LinkedHashMap<String, String>();
        for (var variable : Manifests.<List<Map<String, Object>>>at(container, "env")) {
            var value = variable.containsKey("value") ? expanded(at(variable, "value"), environment)
                : switch (Manifests.<String>at(variable, "valueFrom", "resourceFieldRef", "resource")) {
                    case "requests.cpu" -> String.valueOf(cpus);
                    default -> throw new AssertionError("the tests do not know " + variable);
                };
            environment.put(at(variable, "name"), value);
        }
        return environment;
    }

    private static String expanded(String text, Map<String, String> environment) {
        var expanded = text;
        for (var variable : environment.entrySet()) {
            expanded = expanded.replace("$(" + variable.getKey() + ")", variable.getValue());
        }
        if (expanded.contains("$(") || expanded.contains("{{")) {
            throw new AssertionError("nothing replaces what is in '" + expanded + "'");
        }
        return expanded;
    }
}
