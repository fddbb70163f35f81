package dev.gpux.cli.verify;

import dev.gpux.cli.common.Interruption;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Runs reference cases in another process ({@link CaseWorker}), which a crash of native code may end: the case is a
 * failure then, and the next one gets a new process. One process runs many cases, since to start one takes longer than
 * most of them.
 */
final class CaseProcess implements CaseRunner {
    /** What a process that a signal ended exits with, less the signal's number. */
    private static final int SIGNAL = 128;

    private final List<String> arguments;
    private final long timeoutSeconds;
    private final Path crashLog;
    private Process process;
    private DataOutputStream questions;
    private DataInputStream answers;
    private Interruption.Registration ending;

    /**
     * Runs cases with other processes of this program.
     *
     * @param arguments what follows {@code gpux} on their command lines
     * @param timeoutSeconds how long the cases of one folder may take together
     */
    CaseProcess(List<String> arguments, long timeoutSeconds) {
        this.arguments = arguments;
        this.timeoutSeconds = timeoutSeconds;
        try {
            this.crashLog = Files.createTempFile("gpux-verify", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary file: " + e.getMessage(), e);
        }
    }

    @Override
    public List<VerifiedCase> run(CaseFolder folder) {
        if (process == null) {
            begin();
        }
        var results = new ArrayList<VerifiedCase>();
        long start = System.nanoTime();
        var late = CompletableFuture.runAsync(process::destroyForcibly,
            CompletableFuture.delayedExecutor(timeoutSeconds, TimeUnit.SECONDS));
        try {
            CaseWorker.ask(questions, folder);
            for (var answer = CaseWorker.answer(answers); answer.isPresent(); answer = CaseWorker.answer(answers)) {
                results.add(answer.get());
            }
        } catch (IOException e) {
            // The pipe broke because the process ended.
            long took = System.nanoTime() - start;
            int code = end();
            results.add(VerifiedCase.failed(folder.name(), took >= TimeUnit.SECONDS.toNanos(timeoutSeconds)
                ? "not done after " + timeoutSeconds + " s; its process was ended"
                : "its process ended with exit code " + code + crash(code))
                .took(took));
        } finally {
            late.cancel(false);
        }
        return results;
    }

    /** What is known of a crash: the JVM's own words, where it had the time to write them. */
    private String crash(int code) {
        try (var lines = Files.lines(crashLog)) {
            var words = lines.filter(line -> line.startsWith("#  SIG") || line.startsWith("#  EXCEPTION")
                || line.startsWith("# C ")).limit(2).map(line -> line.substring(1).strip())
                .collect(Collectors.joining(", "));
            return !words.isEmpty() ? ", it crashed: " + words : code > SIGNAL ? ", signal " + (code - SIGNAL) : "";
        } catch (IOException e) {
            return "";
        }
    }

    private void begin() {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + crashLog, "-cp", System.getProperty("java.class.path"), "dev.gpux.cli.Main"));
        command.addAll(arguments);
        try {
            process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start another process: " + e.getMessage(), e);
        }
        questions = new DataOutputStream(process.getOutputStream());
        answers = new DataInputStream(process.getInputStream());
        ending = Interruption.ending(process::destroyForcibly);
    }

    /** Waits for the end of a process that has ended or is told to; what it exited with. */
    private int end() {
        ending.close();
        try (var _ = questions; var _ = answers) {
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return process.waitFor();
        } catch (IOException e) {
            // Nobody reads the pipe that could not be closed.
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return SIGNAL;
        } finally {
            process = null;
        }
    }

    private void forgetCrashes() {
        try {
            Files.deleteIfExists(crashLog);
        } catch (IOException e) {
            // A file in the folder for temporary files, which others clear, too.
            crashLog.toFile().deleteOnExit();
        }
    }

    @Override
    public void close() {
        if (process != null) {
            try {
                // The worker ends when there are no more questions.
                questions.close();
            } catch (IOException e) {
                process.destroyForcibly();
            }
            end();
        }
        forgetCrashes();
    }
}
