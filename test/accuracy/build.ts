// Building and installing.
import type { Case } from './case.ts';

const PACKAGE = { 'package.json': '{\n  "name": "x",\n  "version": "1.0.0"\n}\n' };

export const BUILD: readonly Case[] = [
  {
    name: 'make, one step',
    run: 'make -s',
    files: { Makefile: 'out.txt: in/a.txt\n\tcp in/a.txt out.txt\n' },
    needs: ['make'],
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'a target that is half there is newer than what it is made of',
  },
  {
    name: 'make, two steps',
    run: 'make -s',
    files: { Makefile: 'out.txt: in/a.txt\n\tcat in/a.txt > out.txt\n\techo end >> out.txt\n' },
    needs: ['make'],
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'a target with the first step done is newer than what it is made of',
  },
  {
    name: 'make with .DELETE_ON_ERROR',
    run: 'make -s',
    files: {
      Makefile:
        '.DELETE_ON_ERROR:\nout.txt: in/a.txt\n\tcat in/a.txt > out.txt\n\techo end >> out.txt\n',
    },
    needs: ['make'],
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'SIGKILL leaves nobody to delete it',
  },
  {
    name: 'make with a rename',
    run: 'make -s',
    files: {
      Makefile:
        'out.txt: in/a.txt\n\tcat in/a.txt > out.tmp\n\techo end >> out.tmp\n\tmv out.tmp out.txt\n',
    },
    needs: ['make'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'the target is whole or not there, and its temporary file is used again',
  },
  {
    name: 'make, a phony target that appends',
    run: 'make -s',
    files: { Makefile: '.PHONY: all\nall:\n\techo built >> builds.txt\n' },
    needs: ['make'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run adds a line',
  },
  {
    name: 'make clean',
    run: 'make -s clean',
    files: { Makefile: 'clean:\n\trm -rf in out\n' },
    needs: ['make'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'what is gone already is fine',
  },
  {
    name: 'make, a stamp after the work',
    run: 'make -s',
    files: {
      Makefile: 'stamp: in/a.txt\n\tmkdir -p out\n\tcp in/a.txt in/b.txt out/\n\ttouch stamp\n',
    },
    needs: ['make'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'the stamp comes last, and the work may be done again',
  },
  {
    name: 'gcc -c',
    run: 'gcc -c main.c',
    files: { 'main.c': 'int main(void) { return 0; }\n' },
    needs: ['gcc'],
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'the object is written again, with the same bytes',
  },
  {
    name: 'gcc',
    run: 'gcc -o prog main.c',
    files: { 'main.c': 'int main(void) { return 0; }\n' },
    needs: ['gcc'],
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'the program is written again, with the same bytes',
  },
  {
    name: 'make with gcc -c',
    run: 'make -s main.o',
    files: {
      'main.c': 'int main(void) { return 0; }\n',
      Makefile: 'main.o: main.c\n\tgcc -c main.c\n',
    },
    needs: ['gcc', 'make'],
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'an object that is half there is newer than its source',
  },
  {
    name: 'a time in the program',
    run: 'gcc -o prog main.c',
    files: { 'main.c': '#include <stdio.h>\nint main(void) { puts(__DATE__ __TIME__); }\n' },
    needs: ['gcc'],
    twice: 'changed again',
    interrupted: 'recovers',
    because: '__TIME__ is another one in each run',
  },
  {
    name: 'cmake',
    run: 'cmake -S . -B build',
    files: {
      'CMakeLists.txt':
        'cmake_minimum_required(VERSION 3.10)\nproject(x NONE)\nadd_custom_target(all2 ALL)\n',
    },
    needs: ['cmake', 'make'],
    twice: 'settles late',
    interrupted: 'silent damage',
    because:
      'the second run lists other files in Makefile.cmake than the first (seen when it was run: the label said touched); a killed first run makes a second of the next',
  },
  {
    name: 'dpkg-deb --build',
    run: 'SOURCE_DATE_EPOCH=1 dpkg-deb --build pkg out.deb',
    files: {
      'pkg/DEBIAN/control':
        'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: me <me@example.com>\nDescription: x\n',
    },
    needs: ['dpkg-deb'],
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'the package is written again, with times that are given',
  },
  {
    name: 'npm init -y',
    run: 'npm init -y',
    needs: ['npm'],
    twice: 'nothing to do',
    interrupted: 'stuck',
    because:
      'package.json is emptied and written again, and an empty one is an error to npm; a complete one is not written (strace; the label said touched)',
  },
  {
    name: 'npm pkg set',
    run: 'npm pkg set license=MIT',
    files: PACKAGE,
    needs: ['npm'],
    twice: 'nothing to do',
    interrupted: 'stuck',
    because:
      'package.json is emptied and written again, and an empty one is an error to npm; what is set already is not written (strace; the label said touched)',
  },
  {
    name: 'npm version patch',
    run: 'npm version patch --no-git-tag-version',
    files: PACKAGE,
    needs: ['npm'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run counts on',
  },
  {
    name: 'npm install of a folder',
    run: 'npm install --offline --no-audit --no-fund ./dep',
    files: { ...PACKAGE, 'dep/package.json': '{ "name": "dep", "version": "1.0.0" }\n' },
    needs: ['npm'],
    twice: 'touched only',
    interrupted: 'stuck',
    because:
      'it is installed already; package.json is emptied and written again, and an empty one is an error to npm',
  },
  {
    name: 'python -m venv',
    run: 'python3 -m venv --without-pip env',
    needs: ['python3'],
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'it writes its files again',
  },
  {
    name: 'python -m compileall',
    run: 'python3 -m compileall -q src',
    files: { 'src/a.py': 'x = 1\n' },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'a cache, which does not count; it is renamed into place',
  },
];
