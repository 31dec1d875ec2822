package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate that signs itself, made by the JDK's keytool, and its key, as PEM files.
 *
 * @param certificate who trusts it trusts this file
 */
public record Certificate(Path certificate, Path key) {

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] { '\n' });

    /**
     * Makes one that signs itself.
     *
     * @param names who it is of, such as {@code ip:127.0.0.1} or {@code dns:localhost}
     */
    public static Certificate of(Path folder, String names) {
        try {
            var file = Files.createTempDirectory(folder, "certificate").resolve("store.p12");
            keytool(file, names);
            var store = KeyStore.getInstance(file.toFile(), PASSWORD);
            return new Certificate(
                    pem(file.resolveSibling("certificate.pem"), "CERTIFICATE", store.getCertificate("one").getEncoded()),
                    pem(file.resolveSibling("key.pem"), "PRIVATE KEY", store.getKey("one", PASSWORD).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For a server that shows it. */
    public SSLContext context() {
        try {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(KeyStore.getInstance(certificate.resolveSibling("store.p12").toFile(), PASSWORD), PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(Path store, String names) {
        var program = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var command = List.of(program, "-genkeypair", "-alias", "one", "-keyalg", "RSA", "-dname", "CN=together",
                "-ext", "san=" + names, "-storetype", "PKCS12", "-keystore", store.toString(),
                "-storepass", new String(PASSWORD));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed with " + process.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path pem(Path file, String kind, byte[] bytes) throws IOException {
        return Files.writeString(file, "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(kind, LINES.encodeToString(bytes), kind));
    }
}
