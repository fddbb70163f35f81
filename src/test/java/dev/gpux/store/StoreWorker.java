package dev.gpux.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A process that puts in, opens, renames and removes at random, until it is done or killed. */
final class StoreWorker {
    private static final int NAMES = 3;
    private static final int CONTENTS = 5;

    private StoreWorker() { }

    /** Arguments: the store's folder, a seed, how many steps. */
    public static void main(String[] arguments) throws IOException {
        var store = Store.at(Path.of(arguments[0]));
        var random = new Random(Long.parseLong(arguments[1]));
        int steps = Integer.parseInt(arguments[2]);
        System.out.println("ready");
        for (int i = 0; i < steps; i++) {
            step(store, random);
        }
        System.out.println("done");
    }

    private static void step(Store store, Random random) throws IOException {
        var name = new ModelName("model" + random.nextInt(NAMES), "latest");
        switch (random.nextInt(5)) {
            case 0, 1 -> put(store, name, random.nextInt(CONTENTS));
            case 2 -> remove(store, name);
            case 3 -> verify(store, name);
            default -> tag(store, name, new ModelName("model" + random.nextInt(NAMES), "latest"));
        }
    }

    /** A bundle whose files say to which content they belong; contents share files. */
    static void put(Store store, ModelName name, int content) throws IOException {
        try (var staging = store.stage()) {
            var files = List.of(
                staging.add(new BundlePath("GPUXfile"), ("content " + content).getBytes()),
                staging.add(new BundlePath("weights/w"), weights(content % 2)),
                staging.add(new BundlePath("tokenizer.json"), "for all".getBytes()));
            staging.commit(Map.of(name, new Manifest(files)));
        }
    }

    private static byte[] weights(int kind) {
        var weights = new byte[300_000];
        Arrays.fill(weights, (byte) kind);
        return weights;
    }

    private static void remove(Store store, ModelName name) throws IOException {
        try {
            store.remove(List.of(name));
        } catch (StoreException e) {
            requireUnknown(e);
        }
    }

    private static void tag(Store store, ModelName from, ModelName to) throws IOException {
        try {
            store.tag(from, to);
        } catch (StoreException e) {
            requireUnknown(e);
        }
    }

    private static void requireUnknown(StoreException e) {
        if (!e.getMessage().startsWith("there is no model")) {
            throw e;
        }
    }

    /** Opens a model and reads all of it; whether it was there. */
    static boolean verify(Store store, ModelName name) throws IOException {
        var opened = store.open(name);
        if (opened.isEmpty()) {
            return false;
        }
        try (var model = opened.get()) {
            var content = Files.readString(model.folder().resolve("GPUXfile"));
            int kind = Integer.parseInt(content.substring("content ".length())) % 2;
            if (!Arrays.equals(weights(kind), Files.readAllBytes(model.folder().resolve("weights/w")))) {
                throw new AssertionError(name + ": weights that belong to another content");
            }
            for (var file : model.manifest().files()) {
                if (!Digest.ofFile(model.file(file.path())).equals(file.digest())) {
                    throw new AssertionError(name + ": " + file.path() + " is not what the manifest says");
                }
            }
        }
        return true;
    }
}
