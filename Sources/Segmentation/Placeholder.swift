internal import CGrabCut
