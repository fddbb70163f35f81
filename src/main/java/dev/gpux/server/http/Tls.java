package dev.gpux.server.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The server's certificate and key. */
public final class Tls {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private Tls() { }

    /**
     * From PEM files.
     *
     * @param chain the server's certificate, then those that vouch for it
     * @param key its private key, PKCS #8 without a password
     * @throws IOException if a file cannot be read
     * @throws TlsException if a file is not what it should be
     */
    public static SSLContext ofPem(Path chain, Path key) throws IOException {
        try {
            var certificates = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(chain)));
            if (certificates.isEmpty()) {
                throw new TlsException(chain + " has no certificate");
            }
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", key(key), new char[0], certificates.toArray(new Certificate[0]));
            return context(store, new char[0]);
        } catch (GeneralSecurityException e) {
            throw new TlsException("cannot use " + chain + " and " + key + ": " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        var text = Files.readString(file, StandardCharsets.US_ASCII);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new TlsException(file + " has no '" + BEGIN + "'; expected a key in PKCS #8 without a password "
                + "(openssl pkcs8 -topk8 -nocrypt)");
        }
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
        } catch (IllegalArgumentException e) {
            throw new TlsException(file + " is not PEM: " + e.getMessage(), e);
        }
        for (var algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (InvalidKeySpecException e) {
                // The next, then.
            }
        }
        throw new TlsException(file + " is no RSA, EC or EdDSA key");
    }

    /**
     * From a keystore (PKCS #12 or JKS).
     *
     * @throws IOException if it cannot be read, or the password is wrong
     * @throws TlsException if it has no usable key
     */
    public static SSLContext ofKeystore(Path file, char[] password) throws IOException {
        try {
            return context(KeyStore.getInstance(file.toFile(), password), password);
        } catch (GeneralSecurityException e) {
            throw new TlsException("cannot use the keystore " + file + ": " + e.getMessage(), e);
        }
    }

    private static SSLContext context(KeyStore store, char[] password) throws GeneralSecurityException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
