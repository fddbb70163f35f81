/**
 * The models of this machine: {@link dev.gpux.store.Store}. JDK only.
 *
 * <p>A bundle is a set of files under their own names: a GPUXfile, the model, its external data, a tokenizer. Its
 * {@link dev.gpux.store.Manifest} lists them with their digests, and the manifest's digest is what the bundle is. A
 * {@link dev.gpux.store.ModelName}, {@code name:tag}, stands for a bundle until it is given to another one.
 *
 * {@snippet :
 * var store = Store.local(System.getenv());
 * try (var staging = store.stage()) {
 *     var model = staging.add(new BundlePath("model.onnx"), Path.of("model.onnx"));
 *     var gpuxfile = staging.add(new BundlePath("GPUXfile"), "model: model.onnx\n".getBytes(UTF_8));
 *     staging.commit(Map.of(new ModelName("digits", "1.0"), new Manifest(List.of(model, gpuxfile))));
 * }
 * try (var stored = store.open(new ModelName("digits", "1.0")).orElseThrow()) {
 *     use(stored.folder());
 * }
 * }
 *
 * <h2>On the disk</h2>
 * {@snippet lang = text:
 * format              which layout this is
 * lock                never written; processes lock bytes of it
 * blobs/DIGEST        a content or a manifest, read-only
 * bundles/DIGEST/…    a bundle's files under their own names, hard links to the contents
 * tags/NAME/TAG       the digest of the bundle, and since when
 * sources/DIGEST      which bundle was pulled from a source on the net
 * tmp/…               what processes are just working on
 * }
 * Texts have one strict form each; a file that has another is damaged and reported.
 *
 * <h2>What holds at any moment</h2>
 * <ul>
 * <li>Every file appears under its final name by one rename, whole and already on the disk; contents before the manifest,
 * the manifest before the name. A process that dies leaves files that no name leads to, never a name that leads to
 * nothing.
 * <li>Whoever adds or looks up holds the store's lock shared, whoever removes holds it alone; both for moments: a download
 * or a copy happens before, in {@code tmp}.
 * <li>A bundle in use ({@link dev.gpux.store.StoredModel}) has a lock of its own and is not removed, though its name may
 * be.
 * <li>What a dead process left is removed by the next {@link dev.gpux.store.Store#remove}, or when something is put in.
 * </ul>
 * The system gives up a dead process's locks, so that nothing has to be cleaned by hand. The locks are those of the
 * file system: a store on a network drive is only as safe as the drive's locks.
 */
package dev.gpux.store;
