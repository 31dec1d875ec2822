package dev.together.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

import io.quarkus.tls.TlsConfiguration;

/**
 * TLS to NATS, with what the client of NATS leaves out: that the certificate is of the host in the address (unless
 * {@code hostname-verification-algorithm} is {@code NONE}), and that a certificate which was renewed is used by the next
 * connection.
 */
class NatsTls extends SSLContext {

    private static final String AS_IN_HTTPS = "HTTPS";
    private static final String NOT_AT_ALL = "NONE";

    private NatsTls(TlsConfiguration configuration, SSLContext first) {
        super(new Renewed(configuration), first.getProvider(), first.getProtocol());
    }

    /** @throws IllegalStateException where the certificates or keys cannot be read */
    static SSLContext of(TlsConfiguration configuration) {
        return new NatsTls(configuration, context(configuration));
    }

    private static SSLContext context(TlsConfiguration configuration) {
        try {
            return configuration.createSSLContext();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "The TLS configuration quarkus.tls." + configuration.getName() + " for NATS does not work", e);
        }
    }

    /** Asks for a context whenever one is used. */
    private static class Renewed extends SSLContextSpi {

        private final TlsConfiguration configuration;

        Renewed(TlsConfiguration configuration) {
            this.configuration = configuration;
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            var verification = configuration.getHostnameVerificationAlgorithm().orElse(AS_IN_HTTPS);
            var sockets = context(configuration).getSocketFactory();
            return NOT_AT_ALL.equals(verification) ? sockets : new Verifying(sockets, verification);
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trusted, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("It is made of its configuration");
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return context(configuration).getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return context(configuration).createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return context(configuration).createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context(configuration).getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context(configuration).getClientSessionContext();
        }
    }

    /** Makes sockets that compare the certificate with the host that they were made for. */
    private static class Verifying extends SSLSocketFactory {

        private final SSLSocketFactory sockets;
        private final String algorithm;

        Verifying(SSLSocketFactory sockets, String algorithm) {
            this.sockets = sockets;
            this.algorithm = algorithm;
        }

        @Override
        public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
            return verifying(sockets.createSocket(connected, host, port, autoClose));
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return verifying(sockets.createSocket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
            return verifying(sockets.createSocket(host, port, from, fromPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return verifying(sockets.createSocket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
            return verifying(sockets.createSocket(host, port, from, fromPort));
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return sockets.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return sockets.getSupportedCipherSuites();
        }

        private Socket verifying(Socket socket) {
            if (socket instanceof SSLSocket secured) {
                var parameters = secured.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm(algorithm);
                secured.setSSLParameters(parameters);
            }
            return socket;
        }
    }
}
