import fc from 'fast-check';

// In CI each run draws the same cases, so that a change is judged by what it changes; a run at home draws new ones.
fc.configureGlobal({ seed: 20_261_121 });
