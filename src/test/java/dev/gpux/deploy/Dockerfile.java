package dev.gpux.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Dockerfile, as far as ours use the language; its first stage can be run without Docker. */
record Dockerfile(List<Instruction> instructions) {

    /** One instruction: {@code RUN}, and what follows. */
    record Instruction(String word, String rest) {
        /** The words of the exec form, {@code ["a", "b"]}. */
        List<String> exec() throws IOException {
            return List.of(new ObjectMapper().readValue(rest, String[].class));
        }

        List<String> words() {
            return List.of(rest.split("\\s+"));
        }
    }

    static Dockerfile read(Path file) throws IOException {
        var instructions = new ArrayList<Instruction>();
        for (var line : Files.readString(file).replace("\\\n", " ").lines().toList()) {
            var text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                int space = text.indexOf(' ');
                instructions.add(new Instruction(text.substring(0, space), text.substring(space).strip()));
            }
        }
        return new Dockerfile(List.copyOf(instructions));
    }

    /** The instructions of a stage, its FROM the first; -1 is the last stage. */
    List<Instruction> stage(int number) {
        var stages = new ArrayList<List<Instruction>>();
        for (var instruction : instructions) {
            if (instruction.word().equals("FROM")) {
                stages.add(new ArrayList<>());
            }
            stages.getLast().add(instruction);
        }
        return stages.get(number < 0 ? stages.size() + number : number);
    }

    /** The only instruction of this kind in the last stage. */
    Instruction last(String word) {
        var found = stage(-1).stream().filter(instruction -> instruction.word().equals(word)).toList();
        if (found.size() != 1) {
            throw new AssertionError("expected one " + word + " in the last stage, not " + found);
        }
        return found.getFirst();
    }

    /**
     * Does what the first stage says, in a folder instead of an image: its working folder.
     *
     * @param files the files of the build's context that are elsewhere here
     */
    void build(Path folder, Map<String, Path> files) throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin");
        var environment = Map.of("PATH", java + ":" + System.getenv("PATH"), "LC_ALL", "C.UTF-8", "HOME",
            folder.toString());
        for (var instruction : stage(0)) {
            switch (instruction.word()) {
                case "FROM", "WORKDIR" -> { }
                case "COPY" -> {
                    var words = instruction.words();
                    for (var source : words.subList(0, words.size() - 1)) {
                        var file = files.getOrDefault(source, Path.of(source));
                        Files.copy(file, folder.resolve(Path.of(source).getFileName()));
                        if (Files.isExecutable(file)) {
                            folder.resolve(Path.of(source).getFileName()).toFile().setExecutable(true);
                        }
                    }
                }
                case "RUN" -> {
                    var ended = Ended.in(folder, environment, "/bin/sh", "-c", instruction.rest());
                    if (ended.code() != 0) {
                        throw new AssertionError(instruction + ": " + ended);
                    }
                }
                default -> throw new AssertionError("the tests cannot do " + instruction);
            }
        }
    }
}
