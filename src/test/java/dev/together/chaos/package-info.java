/**
 * The history checker: people and devices that work while everything around them breaks, and what must be true afterwards.
 */
@NullMarked
@CheckReturnValue
package dev.together.chaos;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
